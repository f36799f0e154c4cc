with trials as (

    select * from {{ ref('int_funnel__trials_dated') }}
    where trial_at <= {{ as_of() }}

),

leads as (

    select party_id
    from {{ ref('int_funnel__leads_identified') }}
    group by party_id

),

accounts as (

    select * from {{ ref('int_funnel__accounts_converted') }}

),

sold_accounts as (

    select account_id
    from {{ ref('int_funnel__opportunities') }}
    where account_id is not null
    group by account_id

),

final as (

    select
        trials.party_id,
        trials.trial_at,
        case when accounts.first_paid_at >= trials.trial_at then accounts.first_paid_at end
            as customer_at,
        {{ sales_model('sold_accounts.account_id is not null', 'cast(null as string)') }}
            as sales_model
    from trials
    left join leads
        on trials.party_id = leads.party_id
    left join accounts
        on trials.party_id = accounts.account_id
    left join sold_accounts
        on trials.party_id = sold_accounts.account_id
    where leads.party_id is null

)

select * from final
