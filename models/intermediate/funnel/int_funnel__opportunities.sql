with opportunities as (

    select * from {{ ref('input_opportunities') }}
    where created_at <= {{ as_of() }}

),

amounts as (

    select * from {{ ref('int_funnel__opportunities_valued') }}

),

account_members as (

    select * from {{ ref('int_identity__account_members') }}
    where member_kind = 'company'

),

accounts_converted as (

    select * from {{ ref('int_funnel__accounts_converted') }}

),

stage_entries as (

    select * from {{ ref('int_funnel__opportunity_stage_entries') }}

),

touches as (

    select * from {{ ref('int_funnel__opportunity_touches') }}

),

histories as (

    select
        opportunity_id,
        max(case when exited_at is null then stage end) as last_stage,
        max(case when exited_at is null then stage_order end) as last_stage_order,
        max(case when exited_at is null then entered_at end) as last_stage_at,
        max(case when exited_at is null and is_closed then entered_at end) as closed_stage_at,
        coalesce(
            min(case when is_closed then entered_at end)
            < max(case when not is_closed then entered_at end), false
        ) as is_reopened
    from stage_entries
    group by opportunity_id

),

-- What was closed after as-of was open then, in the stage that it had; but a deal may enter its
-- last stage before its close date, which nobody changed. A stage without history has the date of
-- the deal.
dated as (

    select
        opportunities.*,
        coalesce(
            opportunities.closed_at > {{ as_of() }}
            and coalesce(histories.closed_stage_at <= opportunities.created_at, true),
            false
        ) as is_closed_later
    from opportunities
    left join histories
        on opportunities.opportunity_key = histories.opportunity_id

),

final as (

    select
        dated.opportunity_key as opportunity_id,
        account_members.account_id,
        accounts_converted.customer_id,
        case when dated.is_closed_later then 'open' else dated.status end as status,
        dated.created_at,
        case
            when not dated.is_closed_later and dated.status in ('won', 'lost')
                then coalesce(
                    case when dated.closed_at <= {{ as_of() }} then dated.closed_at end,
                    histories.last_stage_at,
                    dated.created_at
                )
        end as closed_at,
        dated.owner_key as owner_id,
        dated.opportunity_name,
        dated.company_key as company_id,
        dated.pipeline,
        case when dated.is_closed_later then histories.last_stage else dated.stage end as stage,
        case when dated.is_closed_later then histories.last_stage_order else dated.stage_order end
            as stage_order,
        histories.last_stage_at as stage_entered_at,
        dated.opportunity_type,
        amounts.amount,
        amounts.mrr,
        amounts.currency,
        amounts.amount_original_currency,
        amounts.mrr_original_currency,
        amounts.deal_size_band,
        dated.lead_source,
        dated.campaign,
        case when not dated.is_closed_later then dated.lost_reason end as lost_reason,
        dated.expected_close_date,
        coalesce(touches.stakeholders, 0) as stakeholders,
        coalesce(touches.touchpoints, 0) as touchpoints,
        coalesce(histories.is_reopened, false) as is_reopened,
        coalesce(dated.records, 1) as records
    from dated
    left join amounts
        on dated.opportunity_key = amounts.opportunity_id
    left join account_members
        on dated.company_key = account_members.member_id
    left join accounts_converted
        on account_members.account_id = accounts_converted.account_id
    left join histories
        on dated.opportunity_key = histories.opportunity_id
    left join touches
        on dated.opportunity_key = touches.opportunity_id

)

select * from final
