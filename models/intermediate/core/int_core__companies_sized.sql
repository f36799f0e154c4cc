with companies as (

    select * from {{ ref('input_companies') }}

),

company_sizes as (

    select * from {{ ref('company_sizes') }}

),

final as (

    select
        companies.company_key,
        max_by(company_sizes.segment, company_sizes.min_employees) as segment
    from companies
    inner join company_sizes
        on companies.employee_count >= company_sizes.min_employees
    group by companies.company_key

)

select * from final
