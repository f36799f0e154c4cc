with customer_months as (

    select * from {{ ref('history_customer_mrr_reported') }}
    where reporting_currency = '{{ var("reporting_currency") }}'

),

-- A report in which nothing had changed wrote no customer month; one whose run died before it got
-- here is made up for. Before anybody had MRR in a complete month nothing was reported.
reports as (

    select
        reported_at,
        count(*) as customer_months
    from customer_months
    group by reported_at

    union all

    select
        {{ as_of() }} as reported_at,
        0 as customer_months
    from customer_months
    having count(*) > 0

),

final as (

    select
        reported_at,
        cast('{{ var("reporting_currency") }}' as string) as reporting_currency,
        cast(sum(customer_months) as bigint) as changed_customer_months,
        cast(
            case when reported_at = {{ as_of() }} then '{{ policies_in_use() }}' end as string
        ) as policies
    from reports
    {% if is_incremental() -%}
        where reported_at > (
            select coalesce(max(written.reported_at), timestamp '0001-01-01 00:00:00')
            from {{ this }} as written
            where written.reporting_currency = '{{ var("reporting_currency") }}'
        )
    {% endif -%}
    group by reported_at

)

select * from final
