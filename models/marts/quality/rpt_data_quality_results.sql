with check_results as (

    select * from {{ ref('input_check_results') }}

),

latest_runs as (

    select
        layer,
        max(checked_at) as checked_at
    from check_results
    group by layer

),

latest_run_ids as (

    select
        check_results.layer,
        max(check_results.run_id) as run_id
    from check_results
    inner join latest_runs
        on
            check_results.layer = latest_runs.layer
            and check_results.checked_at = latest_runs.checked_at
    group by check_results.layer

),

final as (

    select
        check_results.run_id,
        check_results.layer,
        check_results.dataset,
        check_results.check_name,
        check_results.check_type,
        check_results.column_names,
        check_results.severity,
        check_results.outcome,
        check_results.observed_value,
        check_results.expected_value,
        check_results.failing_rows,
        check_results.checked_rows,
        check_results.sample_row_keys,
        check_results.message,
        check_results.run_as_of,
        check_results.checked_at,
        check_results.outcome = 'not_evaluated'
        or (check_results.outcome = 'failed' and check_results.severity = 'critical')
            as is_blocking,
        check_results.run_id = latest_run_ids.run_id as is_latest_run
    from check_results
    inner join latest_run_ids
        on check_results.layer = latest_run_ids.layer

)

select * from final
order by checked_at, layer, dataset, check_name
