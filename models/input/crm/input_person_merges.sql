with record_merges as (

    select * from {{ ref('input_crm__merges') }}

),

final as (

    select
        merged_key as merged_person_key,
        surviving_key as person_key,
        split_part(merged_key, ':', 1) as source_system,
        merged_at,
        merge_kind
    from record_merges
    where record_type = 'person'

)

select * from final
