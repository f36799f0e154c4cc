{%- set criteria = icp_criteria() -%}
with profile_values as (

    select * from {{ ref('int_accounts__profile_values') }}
    where subject_kind = 'account'

),

summed as (

    select
        subject_id as account_id,
        {% for criterion in criteria %}
            max(case when criterion = '{{ criterion }}' then points end) as {{ criterion }}_points,
        {% endfor %}
        {{ ratio(
            'sum(case when points is not null then weight end)', 'sum(weight)'
        ) }} as coverage,
        {{ ratio(
            'sum(weight * points)', 'sum(case when points is not null then weight end)'
        ) }} as score
    from profile_values
    group by subject_id

),

-- What is not known leaves the score to the rest, unless that is too little to say anything.
final as (

    select
        account_id,
        {% for criterion in criteria %}
            {{ criterion }}_points,
        {% endfor %}
        coalesce(coverage, 0) as icp_coverage,
        case when coverage >= {{ policy('icp_min_coverage') }} then score end as icp_score
    from summed

)

select * from final
