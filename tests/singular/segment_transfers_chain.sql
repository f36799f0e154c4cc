-- Invariant: closing of a segment's month and what came from other segments are the opening of
-- its next month; no month is left out; transfers of a segment type add up to 0.
with bridge as (

    select * from {{ ref('rpt_mrr_bridge_monthly') }}

),

breaks as (

    select
        bridge.month,
        bridge.segment_type,
        bridge.segment_value,
        bridge.opening_mrr - bridge.segment_transfer_mrr - coalesce(earlier.closing_mrr, 0)
            as mrr_difference,
        bridge.opening_customers - bridge.segment_transfer_customers
        - coalesce(earlier.closing_customers, 0) as customers_difference
    from bridge
    left join bridge as earlier
        on
            bridge.segment_type = earlier.segment_type
            and bridge.segment_value = earlier.segment_value
            and bridge.month = cast({{ add_months('earlier.month', 1) }} as date)

),

gaps as (

    select
        max(month) as month,
        segment_type,
        segment_value,
        {{ months_between('min(month)', 'max(month)') }} + 1 - count(*) as missing_months
    from bridge
    group by segment_type, segment_value

),

unbalanced as (

    select
        month,
        segment_type,
        sum(segment_transfer_mrr) as mrr_difference,
        sum(segment_transfer_customers) as customers_difference
    from bridge
    group by month, segment_type

),

final as (

    select
        month,
        segment_type,
        segment_value,
        mrr_difference,
        customers_difference
    from breaks
    where mrr_difference <> 0 or customers_difference <> 0

    union all

    select
        month,
        segment_type,
        segment_value,
        missing_months as mrr_difference,
        missing_months as customers_difference
    from gaps
    where missing_months <> 0

    union all

    select
        month,
        segment_type,
        'sum of the type' as segment_value,
        mrr_difference,
        customers_difference
    from unbalanced
    where mrr_difference <> 0 or customers_difference <> 0

)

select * from final
