with customer_months as (

    select * from {{ ref('int_revenue__customer_months_filled') }}

),

movements as (

    select * from {{ ref('int_revenue__movements_classified') }}

),

reasons as (

    select * from {{ ref('int_revenue__change_reasons_valued') }}

),

last_movements as (

    select
        customer_id,
        {{ month_start('movement_date') }} as month,
        max_by(movement_id, movement_date) as movement_id,
        max_by(movement_type, movement_date) as movement_type
    from movements
    group by customer_id, {{ month_start('movement_date') }}

),

typed_reasons as (

    select
        movement_id,
        mrr_change,
        case
            when reason = 'cancellation_voluntary' then 'voluntary'
            when reason = 'cancellation_involuntary' then 'involuntary'
            when reason = 'pause' then 'paused'
            when reason in ('plan', 'discount') then 'free'
            else 'unknown'
        end as churn_type
    from reasons

),

main_reasons as (

    select
        movement_id,
        churn_type,
        row_number() over (
            partition by movement_id order by sum(mrr_change) asc, churn_type asc
        ) as size_rank
    from typed_reasons
    group by movement_id, churn_type

),

away as (

    select
        customer_id,
        closing_mrr,
        month as away_from,
        lead(month) over (partition by customer_id order by month) as away_to
    from customer_months

),

final as (

    select
        away.customer_id,
        away.away_from,
        away.away_to,
        last_movements.movement_id,
        case
            when last_movements.movement_type = 'churn'
                then coalesce(main_reasons.churn_type, 'unknown')
        end as churn_type
    from away
    left join last_movements
        on
            away.customer_id = last_movements.customer_id
            and away.away_from = last_movements.month
    left join main_reasons
        on
            last_movements.movement_id = main_reasons.movement_id
            and main_reasons.size_rank = 1
    where away.closing_mrr = 0

)

select * from final
