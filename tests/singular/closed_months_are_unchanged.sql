{{ config(severity='warn', meta={'dagster': {'ref': {'name': 'fct_closed_month_changes'}}}) }}
-- A month that finance has closed says what it said at the close. A row names a customer and the
-- amounts; `dbt build` prints them at its end.
with changes as (

    select * from {{ ref('fct_closed_month_changes') }}

),

final as (

    select
        month,
        customer_id,
        closed_closing_mrr,
        current_closing_mrr,
        changed_mrr
    from changes

)

select * from final
