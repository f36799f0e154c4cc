{% macro joined_customers(relation) -%}
    {#- The joins that find the customer of the rows of `relation` (customer_ref, email) in CTE
        customer_refs: by id, by address, by its domain. found_customer() is the answer. -#}
    left join customer_refs as by_id
        on
            by_id.ref_kind = 'id'
            and {{ relation }}.customer_ref = by_id.ref
    left join customer_refs as by_email
        on
            by_email.ref_kind = 'email'
            and {{ relation }}.email = by_email.ref
    left join customer_refs as by_domain
        on
            by_domain.ref_kind = 'domain'
            and nullif(split_part({{ relation }}.email, '@', 2), '') = by_domain.ref
{%- endmacro %}

{% macro found_customer() -%}
    {#- The customer that joined_customers finds: what a source says goes before whose address it is. -#}
    coalesce(by_id.customer_id, by_email.customer_id, by_domain.customer_id)
{%- endmacro %}
