with check_results as (

    select * from {{ ref('stg_quality__check_results') }}

),

rejected_rows as (

    select * from {{ ref('stg_quarantine__rejected_rows') }}

),

rejected_by_reason as (

    select
        source_name || '.' || table_name as dataset,
        reason,
        sum(raw_rows) as failing_rows,
        min(row_key) as first_row_key,
        max(as_of) as as_of
    from rejected_rows
    group by source_name, table_name, reason

),

final as (

    select
        run_id,
        layer,
        dataset,
        check_name,
        check_type,
        column_names,
        severity,
        outcome,
        observed_value,
        expected_value,
        failing_rows,
        checked_rows,
        sample_row_keys,
        message,
        run_as_of,
        checked_at
    from check_results

    union all

    select
        'now' as run_id,
        'quarantine' as layer,
        dataset,
        reason as check_name,
        cast(null as string) as check_type,
        cast(null as string) as column_names,
        'warning' as severity,
        'quarantined' as outcome,
        cast(failing_rows as string) as observed_value,
        cast(null as string) as expected_value,
        cast(failing_rows as bigint) as failing_rows,
        cast(null as bigint) as checked_rows,
        first_row_key as sample_row_keys,
        'The rows are in quarantine.rejected_rows.' as message,
        cast(as_of as string) as run_as_of,
        as_of as checked_at
    from rejected_by_reason

)

select * from final
