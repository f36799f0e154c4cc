with companies as (

    select * from {{ ref('input_companies') }}

),

free_mail_domains as (

    select * from {{ ref('free_mail_domains') }}

),

-- A host of many companies' pages is no company; one record in each of two CRMs is.
crowded_domains as (

    select
        domain,
        source_system
    from companies
    where domain is not null
    group by domain, source_system
    having count(*) > {{ policy('identity_max_ids_per_person') }}

),

dropped_domains as (

    select
        domain,
        'free_mail_domain' as drop_reason
    from free_mail_domains

    union all

    select
        crowded_domains.domain,
        'domain_of_many' as drop_reason
    from crowded_domains
    left join free_mail_domains
        on crowded_domains.domain = free_mail_domains.domain
    where free_mail_domains.domain is null
    group by crowded_domains.domain

),

final as (

    select
        companies.company_key,
        companies.source_system,
        companies.billing_customer_id,
        companies.domain,
        companies.created_at,
        dropped_domains.drop_reason as domain_drop_reason,
        case
            when companies.domain is null or dropped_domains.drop_reason is not null
                then {{ identity_key("'company'", 'companies.company_key') }}
            else {{ identity_key("'domain'", 'companies.domain') }}
        end as account_id
    from companies
    left join dropped_domains
        on companies.domain = dropped_domains.domain

)

select * from final
