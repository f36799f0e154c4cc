with described as (

    select * from {{ ref('int_web__origins_described') }}

),

channel_rules as (

    select
        *,
        case
            when channel = 'AI Assistant' then {{ ai_channel_from() }}
            else coalesce(valid_from, date '1900-01-01')
        end as first_day,
        coalesce(valid_to, date '9999-12-31') as end_day
    from {{ ref('channel_rules') }}

),

-- Days on which a rule begins or ends cut time into periods in which the rules are the same.
rule_days as (

    select first_day as valid_from from channel_rules
    union
    select end_day as valid_from from channel_rules
    union
    select date '1900-01-01' as valid_from

),

periods as (

    select
        valid_from,
        lead(valid_from) over (order by valid_from) as valid_to
    from rule_days

),

matched as (

    select
        described.origin_key,
        periods.valid_from,
        periods.valid_to,
        described.source_category,
        described.source,
        described.medium,
        described.campaign,
        min({{ struct_of({
            'rule_order': 'channel_rules.rule_order', 'channel': 'channel_rules.channel'
        }) }}) as first_rule
    from described
    inner join periods
        on periods.valid_to is not null
    left join channel_rules
        on {{ rule_holds() }}
    group by 1, 2, 3, 4, 5, 6, 7

),

final as (

    select
        origin_key,
        valid_from,
        valid_to,
        source_category,
        source,
        medium,
        campaign,
        coalesce(first_rule.channel, 'Unassigned') as channel
    from matched

)

select * from final
