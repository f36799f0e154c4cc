with responses as (

    select * from {{ ref('input_nps_responses') }}
    where responded_at <= {{ as_of() }}

),

customer_refs as (

    select * from {{ ref('int_success__customer_refs') }}

),

customer_months as (

    select * from {{ ref('int_revenue__customer_months_segmented') }}

),

placed as (

    select
        responses.response_id,
        responses.invitation_id,
        responses.responded_at,
        {{ month_start(reporting_date('responses.responded_at')) }} as month,
        responses.score,
        case
            when responses.score >= 9 then 'promoter'
            when responses.score >= 7 then 'passive'
            else 'detractor'
        end as category,
        responses.comment,
        {{ found_customer() }} as customer_id,
        case
            when by_id.customer_id is not null then 'id'
            when by_email.customer_id is not null then 'email'
            when by_domain.customer_id is not null then 'domain'
            else 'nothing'
        end as matched_by,
        coalesce('email ' || md5(responses.email), 'customer ' || responses.customer_ref)
            as respondent_key
    from responses
    {{ joined_customers('responses') }}

),

-- Who answers again in the same month has changed its mind; who nobody knows is somebody else.
ranked as (

    select
        placed.*,
        row_number() over (
            partition by month, coalesce(respondent_key, 'response ' || response_id)
            order by responded_at desc, response_id desc
        ) as latest_first
    from placed

),

final as (

    select
        ranked.response_id,
        ranked.invitation_id,
        ranked.responded_at,
        ranked.month,
        ranked.score,
        ranked.category,
        ranked.comment,
        ranked.customer_id,
        ranked.matched_by,
        ranked.respondent_key,
        ranked.latest_first = 1 as is_counted,
        {% for type in segment_types() -%}
            coalesce(customer_months.{{ type }}, 'unknown') as {{ type }},
        {% endfor -%}
        coalesce(customer_months.closing_mrr, 0) as closing_mrr
    from ranked
    left join customer_months
        on
            ranked.customer_id = customer_months.customer_id
            and ranked.month = customer_months.month

)

select * from final
