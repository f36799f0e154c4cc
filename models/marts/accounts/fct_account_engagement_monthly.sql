with engagement as (

    select * from {{ ref('int_accounts__engagement_scored') }}

),

targets as (

    select * from {{ ref('int_accounts__targets_listed') }}

),

final as (

    select
        engagement.month,
        engagement.account_id,
        targets.account_id is not null
        and coalesce(
            targets.targeted_from < cast({{ add_months('engagement.month', 1) }} as date), true
        ) as is_target_account,
        {% for signal in account_signals() %}
            engagement.{{ signal }}s{{ ' as people' if signal == 'person' }},
        {% endfor %}
        engagement.engagement_score,
        engagement.month < {{ month_start(as_of_date()) }} as is_complete
    from engagement
    left join targets
        on engagement.account_id = targets.account_id

)

select * from final
order by month, account_id
