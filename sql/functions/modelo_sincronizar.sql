-- modelo_sincronizar: writes down what Meta says of a template; false when we have none of it.
--
-- `formato` is its parameter_format (NAMED or POSITIONAL; null: not said). `estado` is Meta's (APPROVED, PENDING, REJECTED, PAUSED, DISABLED, IN_APPEAL, …).
create or replace function modelo_sincronizar(waba text, nome text, idioma text, estado text, meta_id text,
    formato text default null)
returns boolean
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
begin
    update modelos m
    set situacao = case upper(estado)
            when 'APPROVED' then 'aprovado'
            when 'REINSTATED' then 'aprovado'
            when 'REJECTED' then 'rejeitado'
            when 'PAUSED' then 'pausado'
            when 'DISABLED' then 'desativado'
            when 'DELETED' then 'desativado'
            else 'enviado' end,
        meta_id = coalesce(modelo_sincronizar.meta_id, m.meta_id),
        nomeado = coalesce(upper(modelo_sincronizar.formato) = 'NAMED', m.nomeado),
        updated_at = agora()
    from contas c
    where c.id = m.conta_id
      and c.waba_id = modelo_sincronizar.waba
      and m.nome = modelo_sincronizar.nome
      and m.idioma = modelo_sincronizar.idioma;
    return found;
end
$$;
grant execute on function modelo_sincronizar(text, text, text, text, text, text) to carteiro_ops_escrita, carteiro_gateway;
