with

raw_contact_merges as (
    select *
    from
        {{
            deduplicate(
                source('hubspot', 'contact_merge_audit'),
                ['canonical_vid', 'vid_to_merge']
            )
        }} as latest
),

renamed as (
    select
        cast(vid_to_merge as string) as merged_contact_id,
        cast(canonical_vid as string) as contact_id,
        raw_contact_merges.timestamp as merged_at
    from raw_contact_merges
)

select * from renamed
