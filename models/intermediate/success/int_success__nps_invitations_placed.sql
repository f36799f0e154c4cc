with invitations as (

    select * from {{ ref('input_nps_invitations') }}
    where sent_at <= {{ as_of() }}

),

responses as (

    select * from {{ ref('int_success__nps_responses_placed') }}

),

customer_refs as (

    select * from {{ ref('int_success__customer_refs') }}

),

customer_months as (

    select * from {{ ref('int_revenue__customer_months_segmented') }}

),

placed as (

    select
        invitations.invitation_id,
        invitations.sent_at,
        {{ month_start(reporting_date('invitations.sent_at')) }} as month,
        {{ found_customer() }} as customer_id,
        coalesce('email ' || md5(invitations.email), 'customer ' || invitations.customer_ref)
            as respondent_key
    from invitations
    {{ joined_customers('invitations') }}

),

-- An answer that names no invitation is to the last one that its respondent got before it.
answered as (

    select
        responses.response_id,
        max_by(placed.invitation_id, concat(cast(placed.sent_at as string), placed.invitation_id))
            as invitation_id
    from responses
    inner join placed
        on
            responses.respondent_key = placed.respondent_key
            and responses.responded_at >= placed.sent_at
    where responses.invitation_id is null
    group by responses.response_id

    union all

    select
        response_id,
        invitation_id
    from responses
    where invitation_id is not null

),

answers as (

    select
        invitation_id,
        count(*) as responses
    from answered
    group by invitation_id

),

final as (

    select
        placed.invitation_id,
        placed.sent_at,
        placed.month,
        placed.customer_id,
        {% for type in segment_types() -%}
            coalesce(customer_months.{{ type }}, 'unknown') as {{ type }},
        {% endfor -%}
        answers.invitation_id is not null as is_answered
    from placed
    left join answers
        on placed.invitation_id = answers.invitation_id
    left join customer_months
        on
            placed.customer_id = customer_months.customer_id
            and placed.month = customer_months.month

)

select * from final
