{{ config(severity='warn') }}
-- Chains of users and devices that are too long to be one person: look at their links.
select
    cluster as smallest_id,
    count(*) as ids,
    max(anchor) as greatest_id,
    'These ids hang together by users and devices, but are too many for one person: they were '
    || 'left apart. See fct_identity_links where drop_reason is too_many_ids, and add what is of '
    || 'nobody to the seed shared_ids.' as what_to_do
from {{ ref('int_identity__anchors_clustered') }}
where is_too_large
group by cluster
