{% macro input_stripe__tax_may_be_inside() -%}
    {#- Whether an invoice's total leaves room for tax inside the prices: it is not above the subtotal
        (not below it, where credits make both negative). -#}
    (
        (tax_amount > 0 and total_amount <= subtotal_amount)
        or (tax_amount < 0 and total_amount >= subtotal_amount)
    )
{%- endmacro %}
