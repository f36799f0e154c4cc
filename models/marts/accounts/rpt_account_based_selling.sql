with group_months as (

    select * from {{ ref('int_accounts__group_months_windowed') }}

),

margins as (

    select * from {{ ref('int_acquisition__gross_margins_monthly') }}

),

cycles as (

    select * from {{ ref('int_accounts__cycles_windowed') }}

),

-- What is not the programme's is the same for every new customer of the twelve months.
costed as (

    select
        group_months.*,
        margins.gross_margin,
        cycles.median_cycle_days_12m,
        cast(coalesce(
            {{ divide_exact(
                'group_months.company_other_spend_12m'
                ~ ' * cast(group_months.new_customers_12m as decimal(18, 0))',
                'group_months.company_new_customers_12m', 6, places=6
            ) }},
            case
                when group_months.segment_type = 'all' then group_months.company_other_spend_12m
            end
        ) as decimal(38, 6)) as shared_spend_12m,
        {{ ratio('churned_customers_12m', 'opening_customers_12m') }} as logo_churn_rate_12m,
        {{ divide_exact('closing_mrr', 'closing_customers', 6, places=6) }} as arpa,
        {{ ratio('new_mrr_12m', 'new_customers_12m') }} * margins.gross_margin
            as gross_profit_of_new
    from group_months
    left join margins
        on group_months.month = margins.month
    left join cycles
        on
            group_months.month = cycles.month
            and group_months.segment_type = cycles.segment_type
            and group_months.segment_value = cycles.segment_value

),

valued as (

    select
        costed.*,
        cast(programme_spend_12m + shared_spend_12m as decimal(38, 6)) as spend_total_12m,
        {{ divide_exact(
            'programme_spend_12m + shared_spend_12m', 'new_customers_12m', 6, places=6
        ) }} as cac_12m,
        case
            when logo_churn_rate_12m > 0 then cast(round(
                arpa * gross_margin * cast(
                    least(1 / logo_churn_rate_12m, {{ policy('ltv_max_months') }})
                    as decimal(18, 9)
                ), 6
            ) as decimal(38, 6))
        end as ltv_12m
    from costed

),

final as (

    select
        month,
        segment_type,
        segment_value,
        accounts,
        {% for column in group_month_columns('count') if column not in [
            'accounts_added', 'open_change'
        ] %}
            {{ column }},
        {% endfor %}
        open_opportunities,
        {% for column in group_month_columns('amount') %}
            cast({{ column }} as decimal(38, 6)) as {{ column }},
        {% endfor %}
        cast(programme_spend as decimal(38, 6)) as programme_spend,
        {{ ratio('won', 'won + lost') }} as win_rate,
        {{ ratio('won_12m', 'won_12m + lost_12m') }} as win_rate_12m,
        {{ ratio('won_amount_12m', 'won_amount_12m + lost_amount_12m') }} as win_rate_amount_12m,
        {{ ratio('won_cycle_days_12m', 'won_with_cycle_12m') }} as mean_cycle_days_12m,
        median_cycle_days_12m,
        {{ divide_exact('won_amount_12m', 'won_with_amount_12m', 6, places=6) }}
            as average_contract_value_12m,
        new_customers_12m,
        new_mrr_12m,
        programme_spend_12m,
        shared_spend_12m,
        spend_total_12m,
        cac_12m,
        gross_margin,
        {{ ratio('cac_12m', 'gross_profit_of_new') }} as payback_months_12m,
        arpa,
        logo_churn_rate_12m,
        ltv_12m,
        {{ ratio('ltv_12m', 'cac_12m') }} as ltv_to_cac_12m,
        {{ ltv_to_cac_reading(ratio('ltv_12m', 'cac_12m')) }}
            as ltv_to_cac_reading,
        case
            when programme_spend_12m > 0 and segment_value not in ('all', 'rest')
                then {{ ratio(
                    '12 * new_mrr_12m * gross_margin - programme_spend_12m', 'programme_spend_12m'
                ) }}
        end as programme_return_12m,
        month < {{ month_start(as_of_date()) }} as is_complete
    from valued

)

select * from final
order by month, segment_type, segment_value
