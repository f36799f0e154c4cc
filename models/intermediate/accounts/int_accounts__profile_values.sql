with accounts as (

    select * from {{ ref('int_accounts__described') }}

),

subjects as (

    select * from {{ ref('int_accounts__profile_subjects') }}

),

criteria as (

    select * from {{ ref('icp_criteria') }}

),

points as (

    select * from {{ ref('icp_points') }}

),

measured as (

    select
        subjects.subject_kind,
        subjects.subject_id,
        criteria.criterion,
        criteria.weight,
        nullif(trim(translate(lower(case criteria.criterion
            when 'industry' then accounts.industry
            when 'headquarters' then accounts.country
            when 'investors' then accounts.investors
            when 'ownership' then accounts.ownership
            when 'acquisition_channel' then subjects.channel
        end), '_', ' ')), '') as text_value,
        case criteria.criterion
            when 'employees' then cast(accounts.employee_count as double)
            when 'revenue' then cast(accounts.annual_revenue as double)
            when 'funding' then cast(accounts.total_funding as double)
            when 'valuation' then cast(accounts.valuation as double)
            when 'sales_team_share' then accounts.sales_team_share
            when 'touchpoints' then cast(subjects.touchpoints as double)
        end as number_value
    from subjects
    cross join criteria
    left join accounts
        on subjects.account_id = accounts.account_id

),

-- Of several investors the one with the most points counts.
final as (

    select
        measured.subject_kind,
        measured.subject_id,
        measured.criterion,
        measured.weight,
        case
            when measured.text_value is null and measured.number_value is null then 'unknown'
            else coalesce(
                max_by(points.label, points.points),
                case when measured.criterion <> 'investors' then measured.text_value end,
                'other'
            )
        end as label,
        case
            when measured.text_value is not null or measured.number_value is not null
                then coalesce(max(points.points), 0)
        end as points
    from measured
    left join points
        on
            measured.criterion = points.criterion
            and (
                measured.text_value = points.match_value
                or (
                    measured.criterion = 'investors'
                    and measured.text_value like '%' || points.match_value || '%'
                )
                or (
                    measured.number_value >= points.min_value
                    and measured.number_value < coalesce(points.max_value, 1e300)
                )
            )
    group by
        measured.subject_kind,
        measured.subject_id,
        measured.criterion,
        measured.weight,
        measured.text_value,
        measured.number_value

)

select * from final
