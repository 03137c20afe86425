-- fila_explicar_pausa: the pause that holds this message, if any: of its campaign or rule, of everything, of
-- company, account or number, of its template. Part of fila_explicar; `regra` null: none.
create or replace function fila_explicar_pausa(f fila_mensagens, em timestamptz,
    out regra text, out motivo text, out ate timestamptz)
language plpgsql stable
as $$
begin
    select case x.origem when 'campanha' then 'pausa_campanha' else 'pausa_faixa' end,
        case x.origem when 'campanha' then 'campanha em pausa: ' else 'faixa em pausa: ' end || x.pausa_motivo, x.pausada_ate
    into regra, motivo, ate
    from carteiro.faixas x
    where x.id = f.faixa and x.pausada_em is not null and coalesce(x.pausada_ate > em, true);
    if regra is not null then
        return;
    end if;
    select case p.escopo when 'tudo' then 'pausa_tudo' else 'pausa_' || p.escopo end,
        case p.escopo
            when 'tudo' then 'todo o envio em pausa: '
            when 'empresa' then 'empresa em pausa: '
            when 'conta' then 'conta do WhatsApp em pausa: '
            when 'numero' then 'número em pausa: '
            else 'modelo em pausa: ' end || p.motivo
            || case when p.automatica and p.ate is not null then ' (automática: uma mensagem tenta no fim)' else '' end, p.ate
    into regra, motivo, ate
    from pausas p
    join carteiro.numeros n on n.id = f.numero_id
    where (p.automatica or p.ate is null or p.ate > em)
      and (p.escopo = 'tudo' or p.empresa_id = n.empresa_id or p.conta_id = n.conta_id or p.numero_id = n.id
        or p.modelo_id = f.modelo_id and not exists (
            select 1
            from conversas c
            where c.cliente_id = f.cliente_id and c.numero_id = f.numero_id and c.status = 'ativa' and c.janela_24h_ate > em
              and f.formato <> 'template'))
    order by array_position(array['tudo', 'empresa', 'conta', 'numero', 'modelo'], p.escopo)
    limit 1;
    if regra is not null then
        return;
    end if;
    select 'pausa_numero', 'o número está desativado', null into regra, motivo, ate
    from carteiro.numeros n
    where n.id = f.numero_id and not n.ativo;
end
$$;
