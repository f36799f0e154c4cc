with account_members as (

    select * from {{ ref('int_identity__account_members') }}

),

companies as (

    select * from {{ ref('input_companies') }}
    where target_tier is not null

),

listed as (

    select * from {{ ref('target_accounts') }}

),

marked as (

    select
        account_members.account_id,
        min(companies.target_tier) as target_tier,
        min(companies.targeted_from) as targeted_from
    from account_members
    inner join companies
        on account_members.member_id = companies.company_key
    where account_members.member_kind = 'company'
    group by account_members.account_id

),

-- Of two entries of the list that of the company record counts.
entries as (

    select
        account_members.account_id,
        listed.tier as target_tier,
        listed.targeted_from,
        row_number() over (
            partition by account_members.account_id
            order by listed.domain asc nulls first, listed.company_id asc
        ) as entry_rank
    from listed
    inner join account_members
        on
            case when listed.domain is null then 'company' else 'domain' end
            = account_members.member_kind
            and coalesce(lower(listed.domain), listed.company_id) = account_members.member_id

),

united as (

    select
        account_id,
        'list' as named_by,
        target_tier,
        targeted_from
    from entries
    where entry_rank = 1

    union all

    select
        marked.account_id,
        'crm' as named_by,
        marked.target_tier,
        marked.targeted_from
    from marked
    left join entries
        on
            marked.account_id = entries.account_id
            and entries.entry_rank = 1
    where entries.account_id is null

),

-- Who is to be a target from a later day on is none yet.
final as (

    select
        account_id,
        named_by,
        target_tier,
        targeted_from
    from united
    where target_tier <> 'none' and coalesce(targeted_from <= {{ as_of_date() }}, true)

)

select * from final
