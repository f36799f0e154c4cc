with versions as (

    select * from {{ ref('input_subscription_versions') }}
    where is_collection_paused and {{ 'false' if policy('paused_in_mrr') else 'true' }}

),

paused_versions as (

    select
        versions.*,
        least(
            coalesce(version_ended_at, {{ far_future() }}),
            case
                when pause_resumes_at > version_started_at then pause_resumes_at
                else {{ far_future() }}
            end
        ) as collects_again_at
    from versions

),

-- Versions in which collection stays paused are one pause.
marked as (

    select
        paused_versions.*,
        case
            when
                lag(collects_again_at) over (
                    partition by subscription_id order by version_started_at
                ) >= version_started_at
                then 0
            else 1
        end as starts_pause
    from paused_versions

),

numbered as (

    select
        marked.*,
        sum(starts_pause) over (
            partition by subscription_id order by version_started_at
            rows between unbounded preceding and current row
        ) as pause_number
    from marked

),

final as (

    select
        subscription_id,
        pause_number,
        min(version_started_at) as asked_at,
        max_by(collects_again_at, version_started_at) as resumed_at,
        min_by(current_period_ended_at, version_started_at) as current_period_ended_at,
        max(case when is_first_version then 1 else 0 end) = 1 as is_first_seen_paused,
        max(case when is_first_version and version_started_at <= created_at then 1 else 0 end) = 1
            as is_asked_at_unknown_time
    from numbered
    group by subscription_id, pause_number

)

select * from final
