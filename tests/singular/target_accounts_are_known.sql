{{ config(severity='warn', meta={'dagster': {'ref': {'name': 'int_identity__account_members'}}}) }}
-- An entry of the list that leads to no account does nothing.
select
    listed.domain,
    listed.company_id,
    case
        when listed.domain is not null
            then 'Nobody has this domain: mend it in seeds/target_accounts.csv.'
        else 'No company record has this id: write it as in dim_accounts.company_id.'
    end as what_to_do
from {{ ref('target_accounts') }} as listed
left join {{ ref('int_identity__account_members') }} as account_members
    on
        case when listed.domain is null then 'company' else 'domain' end
        = account_members.member_kind
        and coalesce(lower(listed.domain), listed.company_id) = account_members.member_id
where account_members.account_id is null
