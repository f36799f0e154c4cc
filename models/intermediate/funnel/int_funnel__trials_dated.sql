with billing_trials as (

    select * from {{ ref('int_revenue__conversions_dated') }}
    where conversion_type = 'trial_to_paid'

),

product_events as (

    select * from {{ ref('input_product_events') }}
    where
        occurred_at <= {{ as_of() }}
        and event_name in (select named.event_name from {{ ref('product_trial_events') }} as named)

),

account_members as (

    select * from {{ ref('int_identity__account_members') }}

),

person_members as (

    select * from {{ ref('int_identity__person_members') }}
    where member_kind = 'user'

),

refs as (

    select * from {{ ref('int_identity__account_refs') }}

),

product_trials as (

    select
        account_ref,
        user_id,
        min(occurred_at) as trial_at
    from product_events
    group by account_ref, user_id

),

-- Whom only the product knows is its account there, else its user.
trials as (

    select
        account_members.account_id as party_id,
        billing_trials.entered_at as trial_at
    from billing_trials
    inner join account_members
        on
            billing_trials.customer_id = account_members.member_id
            and account_members.member_kind = 'customer'

    union all

    select
        coalesce(
            refs.account_id,
            accounts.account_id,
            person_members.person_id,
            'product:' || product_trials.account_ref,
            'user:' || product_trials.user_id
        ) as party_id,
        product_trials.trial_at
    from product_trials
    left join refs
        on product_trials.account_ref = refs.account_ref
    left join person_members
        on product_trials.user_id = person_members.member_id
    left join account_members as accounts
        on accounts.member_kind = 'person' and person_members.person_id = accounts.member_id

),

final as (

    select
        party_id,
        min(trial_at) as trial_at
    from trials
    where party_id is not null
    group by party_id

)

select * from final
