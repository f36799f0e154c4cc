with

raw_check_results as (
    select *
    from
        {{
            deduplicate(
                source('quality', 'check_results'),
                ['run_id', 'layer', 'dataset', 'check_name'],
                'checked_at'
            )
        }} as latest
),

renamed as (
    select
        run_id,
        layer,
        dataset,
        check_name,
        nullif(check_type, '') as check_type,
        nullif(column_names, '') as column_names,
        severity,
        outcome,
        observed_value,
        expected_value,
        failing_rows,
        checked_rows,
        sample_row_keys,
        nullif(message, '') as message,
        as_of as run_as_of,
        checked_at
    from raw_check_results
)

select * from renamed
