with costs as (

    select
        *,
        {{ plain_words('department') }} as department_words,
        {{ plain_words('vendor') }} as vendor_words,
        {{ plain_words('campaign_name') }} as campaign_words
    from {{ ref('int_acquisition__costs_united') }}
    where exclusion_reason is null

),

rules as (

    select * from {{ ref('abs_cost_rules') }}

),

-- Of several rules for one cost the greatest share counts.
matched as (

    select
        costs.cost_id,
        max(rules.share) as share
    from costs
    inner join rules
        on
            case rules.cost_field
                when 'department' then costs.department_words
                when 'vendor' then costs.vendor_words
                else costs.campaign_words
            end like '% ' || rules.word || ' %'
    group by costs.cost_id

),

shared as (

    select
        costs.cost_month as month,
        costs.amount,
        case
            when matched.share = 1 then costs.amount
            else cast({{ part_of('costs.amount', 'coalesce(matched.share, 0)') }} as decimal(38, 6))
        end as programme_amount
    from costs
    left join matched
        on costs.cost_id = matched.cost_id

),

final as (

    select
        month,
        cast(sum(programme_amount) as decimal(38, 6)) as programme_amount,
        cast(sum(amount - programme_amount) as decimal(38, 6)) as other_amount
    from shared
    group by month

)

select * from final
