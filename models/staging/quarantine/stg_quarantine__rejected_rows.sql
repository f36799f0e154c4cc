{{ config(materialized='table') }}
with

raw_rejected_rows as (
    select * from {{ source('quarantine', 'rejected_rows') }}
),

renamed as (
    select
        source_name,
        table_name,
        row_key,
        reason,
        raw_row,
        count(*) as raw_rows,
        {{ as_of() }} as as_of
    from raw_rejected_rows
    group by source_name, table_name, row_key, reason, raw_row
)

select * from renamed
