with opportunities as (

    select * from {{ ref('input_opportunities') }}
    where created_at <= {{ as_of() }}

),

fx_rates as (

    select * from {{ ref('int_revenue__fx_rates_monthly') }}

),

bands as (

    select * from {{ ref('deal_size_bands') }}

),

-- Without a currency the CRM has one only, the reporting currency.
in_currency as (

    select
        opportunity_key as opportunity_id,
        amount as amount_original_currency,
        mrr as mrr_original_currency,
        upper(coalesce(currency, '{{ var("reporting_currency") }}')) as currency,
        {{ month_start(opportunity_rate_date('closed_at')) }} as rate_month
    from opportunities

),

rated as (

    select
        in_currency.*,
        case
            when in_currency.currency = '{{ var("reporting_currency") | upper }}'
                then cast(1 as decimal(38, 16))
            else fx_rates.rate
        end as fx_rate
    from in_currency
    left join fx_rates
        on
            in_currency.currency = fx_rates.currency
            and in_currency.rate_month = fx_rates.month

),

converted as (

    select
        *,
        cast(
            {{ in_reporting_currency('amount_original_currency', 'fx_rate') }} as decimal(38, 6)
        ) as amount,
        cast(
            {{ in_reporting_currency('mrr_original_currency', 'fx_rate') }} as decimal(38, 6)
        ) as mrr
    from rated

),

final as (

    select
        converted.opportunity_id,
        converted.amount,
        converted.mrr,
        converted.currency,
        converted.amount_original_currency,
        converted.mrr_original_currency,
        converted.rate_month,
        coalesce(bands.deal_size_band, 'unknown') as deal_size_band
    from converted
    left join bands
        on
            converted.amount >= bands.min_amount
            and (bands.max_amount is null or converted.amount < bands.max_amount)

)

select * from final
