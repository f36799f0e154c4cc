{{
    config(
        materialized=built_in_part(), incremental_strategy='delete+insert', unique_key='month',
        on_schema_change='sync_all_columns', post_hook="{{ forget_empty() }}"
    )
}}

with sessions as (

    select * from {{ ref('int_web__sessions_identified') }}

),

{{ visits_counted('month', month_start) }}

select * from final
