with churn as (

    select * from {{ ref('int_acquisition__logo_churn_monthly') }}

),

margins as (

    select * from {{ ref('int_acquisition__gross_margins_monthly') }}

),

efficiency as (

    select * from {{ ref('int_acquisition__sales_efficiency_monthly') }}

),

final as (

    select
        churn.month,
        churn.segment_type,
        churn.segment_value,
        margins.gross_margin,
        churn.logo_churn_rate,
        {{ ratio('1', 'churn.logo_churn_rate') }} as customer_lifetime_months,
        efficiency.acquisition_cost,
        efficiency.retention_cost,
        efficiency.magic_number,
        efficiency.magic_number_revenue_form
    from churn
    left join margins
        on churn.month = margins.month
    left join efficiency
        on
            churn.month = efficiency.month
            and churn.segment_type = efficiency.segment_type
            and churn.segment_value = efficiency.segment_value

)

select * from final
