{% macro stale_fx_rates(is_complete) -%}
    {#- Rates that are more than 7 days older than the day they are wanted for, in complete months or in
        the month under way, as rows that say what to load. They join the bridge, so that the marts are
        there when a rate is stale.
        is_complete: true for complete months, false for the month under way. -#}
    with bridge as (

        select * from {{ ref('rpt_mrr_bridge_monthly') }}

    ),

    rates as (

        select * from {{ ref('int_revenue__fx_rates_in_use') }}

    ),

    final as (

        select
            rates.currency,
            rates.month,
            'The last rate from ' || rates.pair || ' is of ' || cast(rates.rate_date as string)
            || ': load those up to ' || cast(rates.rate_wanted_for as string) || ' into fx.rates.'
                as what_to_do
        from rates
        inner join bridge
            on
                rates.month = bridge.month
                and bridge.segment_type = 'all'
        where rates.days_old > 7 and {{ '' if is_complete else 'not ' }}bridge.is_complete

    )

    select * from final
{%- endmacro %}
