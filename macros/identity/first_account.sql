{% macro first_account(stated, member) -%}
    {#- CTEs, the last one `final`, that choose one account for each member: that of the first reason that
        counts, of its oldest statement. What is stated for the same account is used with it.
        stated: name of a CTE (account_id, reason, priority, evidence, first_seen_at, drop_reason);
        member: column of the member's id. -#}
ranked as (

    select
        {{ stated }}.*,
        row_number() over (
            partition by {{ member }}
            order by
                case when drop_reason is null then 0 else 1 end asc,
                priority asc,
                first_seen_at asc nulls last,
                account_id asc,
                evidence asc
        ) as account_rank,
        row_number() over (
            partition by {{ member }}, account_id, reason
            order by first_seen_at asc nulls last, evidence asc
        ) as statement_rank
    from {{ stated }}

),

chosen as (

    select
        {{ member }},
        account_id
    from ranked
    where account_rank = 1 and drop_reason is null

),

final as (

    select
        ranked.{{ member }},
        ranked.account_id,
        ranked.reason,
        ranked.evidence,
        ranked.first_seen_at,
        ranked.drop_reason is null and chosen.account_id = ranked.account_id as is_used,
        case
            when ranked.drop_reason is not null then ranked.drop_reason
            when chosen.account_id <> ranked.account_id then 'other_account_first'
        end as drop_reason
    from ranked
    left join chosen
        on ranked.{{ member }} = chosen.{{ member }}
    where ranked.statement_rank = 1 and ranked.reason <> 'own_account'

    union all

    select
        ranked.{{ member }},
        ranked.account_id,
        ranked.reason,
        ranked.evidence,
        ranked.first_seen_at,
        true as is_used,
        cast(null as string) as drop_reason
    from ranked
    where ranked.account_rank = 1 and ranked.reason = 'own_account'

)
{%- endmacro %}
