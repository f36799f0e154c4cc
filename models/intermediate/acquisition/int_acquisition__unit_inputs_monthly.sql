{%- set logo_churn = 'logo_churn_rate_' ~ policy('churn_denominator') -%}
with churn as (

    select * from {{ ref('int_revenue__retention_months_rated') }}

),

margins as (

    select * from {{ ref('int_acquisition__gross_margins_monthly') }}

),

efficiency as (

    select * from {{ ref('int_acquisition__sales_efficiency_monthly') }}

),

company as (

    select * from {{ ref('int_acquisition__company_efficiency_monthly') }}

),

final as (

    select
        churn.month,
        churn.segment_type,
        churn.segment_value,
        margins.gross_margin,
        churn.{{ logo_churn }} as logo_churn_rate,
        {{ ratio('1', 'churn.' ~ logo_churn) }} as customer_lifetime_months,
        efficiency.acquisition_cost,
        efficiency.retention_cost,
        case
            when efficiency.is_cost_complete
                then {{ ratio('efficiency.retention_cost', 'efficiency.acquisition_cost') }}
        end as retention_to_acquisition_cost,
        efficiency.magic_number,
        efficiency.magic_number_revenue_form,
        company.burn_multiple,
        company.rule_of_40_ebitda,
        company.rule_of_40_fcf
    from churn
    left join margins
        on churn.month = margins.month
    left join efficiency
        on
            churn.month = efficiency.month
            and churn.segment_type = efficiency.segment_type
            and churn.segment_value = efficiency.segment_value
    left join company
        on
            churn.month = company.month
            and churn.segment_type = company.segment_type
            and churn.segment_value = company.segment_value

)

select * from final
