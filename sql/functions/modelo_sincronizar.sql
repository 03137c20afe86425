-- modelo_sincronizar: writes down what Meta says of a template; false when we have none of it.
--
-- `formato` is its parameter_format (NAMED or POSITIONAL; null: not said). `estado` is Meta's (APPROVED, PENDING,
-- REJECTED, PAUSED, DISABLED, IN_APPEAL, …). It was asked now: webhooks of before change nothing more, and an
-- approved one's automatic pause ends.
create or replace function modelo_sincronizar(waba text, nome text, idioma text, estado text, meta_id text,
    formato text default null)
returns boolean
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
declare
    v_nova constant text := coalesce(modelo_situacao_meta(estado), 'enviado');
    salvo modelos;
begin
    update modelos m
    set situacao        = v_nova,
        situacao_em     = date_trunc('second', agora()), -- Meta tells whole seconds
        situacao_motivo = case when v_nova = m.situacao then m.situacao_motivo end,
        meta_id         = coalesce(modelo_sincronizar.meta_id, m.meta_id),
        nomeado         = coalesce(upper(modelo_sincronizar.formato) = 'NAMED', m.nomeado),
        updated_at      = agora()
    from contas c
    where c.id = m.conta_id
      and c.waba_id = modelo_sincronizar.waba
      and m.nome = modelo_sincronizar.nome
      and m.idioma = modelo_sincronizar.idioma
    returning m.* into salvo;
    if salvo.situacao = 'aprovado' then
        perform webhook_lift(salvo.empresa_id, 'modelo', salvo.id, 'a Meta diz que está aprovado');
    end if;
    return salvo.id is not null;
end
$$;
grant execute on function modelo_sincronizar(text, text, text, text, text, text) to carteiro_ops_escrita, carteiro_gateway;
