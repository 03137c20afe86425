-- () -> (schema_prepare void)
select carteiro.schema_prepare()
