with movements as (

    select * from {{ ref('int_revenue__movements_classified') }}

),

final as (

    select
        movement_id,
        customer_id,
        movement_date,
        {{ month_start('movement_date') }} as movement_month,
        cast(movement_type as string) as movement_type,
        cast(mrr_change as decimal(38, 6)) as mrr_change,
        cast(opening_mrr as decimal(38, 6)) as opening_mrr,
        cast(closing_mrr as decimal(38, 6)) as closing_mrr,
        currency,
        cast(mrr_change_original_currency as decimal(38, 6)) as mrr_change_original_currency
    from movements

)

select * from final
order by movement_date, customer_id
