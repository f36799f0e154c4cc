with paid_intervals as (

    select * from {{ ref('int_revenue__intervals_united') }}
    where net_annual_amount > 0 and {{ 'true' if policy('gap_grace_days') else 'false' }}

),

-- A gap is looked for in all that a customer pays for, and in each subscription that was handed in
-- as periods.
lanes as (

    select
        paid_intervals.*,
        customer_id as lane
    from paid_intervals

    union all

    select
        paid_intervals.*,
        customer_id || '|' || subscription_id as lane
    from paid_intervals
    where evidence = 'direct'

),

covered as (

    select
        lanes.*,
        max(coalesce(valid_to, {{ far_future() }})) over (
            partition by lane order by valid_from, subscription_item_id
            rows between unbounded preceding and 1 preceding
        ) as covered_until
    from lanes

),

gaps as (

    select
        lane,
        customer_id,
        covered_until as gap_from,
        valid_from as gap_to,
        max(subscription_id) as next_subscription_id,
        max(evidence) as next_evidence
    from covered
    where
        covered_until < valid_from
        and {{ add_days('covered_until', policy('gap_grace_days') or 0) }} >= valid_from
    group by lane, customer_id, covered_until, valid_from

),

-- Inside one subscription of a source with statuses the status decides, not the gap.
final as (

    select
        lanes.customer_id,
        lanes.subscription_item_id,
        lanes.valid_from,
        max(gaps.gap_to) as bridged_to
    from lanes
    inner join gaps
        on
            lanes.lane = gaps.lane
            and lanes.valid_to = gaps.gap_from
    where lanes.evidence = 'direct' or lanes.subscription_id <> gaps.next_subscription_id
    group by lanes.customer_id, lanes.subscription_item_id, lanes.valid_from

)

select * from final
