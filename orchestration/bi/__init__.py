"""The bundle for Apache Superset: bi/superset/, made from the marts' contracts and bi/superset.yml.

`saas-metrics superset OUT.zip` packs it with the address of the published copy.
"""
