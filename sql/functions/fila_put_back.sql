-- fila_put_back: the part of fila_record that keeps rows live: back to pendente, or incerta.
-- Returns the ids it changed. The caller has locked the rows.
create or replace function fila_put_back(fim timestamptz, quarentena_ms bigint, ids uuid[], seqs bigint[],
    desfechos text[], erros text[], esperas_ms bigint[])
returns uuid[]
language plpgsql security definer
set search_path = carteiro, pg_temp
set jit = off
set enable_seqscan = off
as $$
declare
    mudadas uuid[];
    v_pessoas uuid[];
    v_tipos text[];
    v_origens text[];
    v_faixas integer[];
    v_dias date[];
begin
    with volta as (
        update fila_ativa f
        set status            = case r.desfecho when 'desconhecida' then 'incerta' else 'pendente' end,
            reserva_ate       = case r.desfecho when 'desconhecida'
                                    then fim + make_interval(secs => quarentena_ms / 1000.0) end,
            reservada_por     = null,
            processando_desde = null,
            tentativas        = f.tentativas - (r.desfecho in ('limitada', 'devolvida'))::integer,
            adiamentos        = f.adiamentos + (r.desfecho = 'limitada')::integer,
            toque             = case when r.desfecho not in ('limitada', 'devolvida') then f.toque end,
            espera_motivo     = case r.desfecho when 'desconhecida' then 'resultado desconhecido: espera a confirmação da Meta'
                                                else nullif(r.erro, '') end,
            agendar_para      = case r.desfecho
                when 'repetir' then fim + greatest(
                    interval '60 seconds' * power(2, f.tentativas) * (0.9 + 0.2 * random()),
                    make_interval(secs => r.espera_ms / 1000.0))  -- a code's own wait, a Retry-After
                when 'desconhecida' then f.agendar_para
                else greatest(f.agendar_para, fim + make_interval(secs => r.espera_ms / 1000.0)) end
        from unnest(ids, seqs, desfechos, erros, esperas_ms) as r (id, seq, desfecho, erro, espera_ms)
        cross join lateral (
            select x.ctid as linha, x.status, x.toque
            from fila_ativa x
            where x.id = r.id and x.reserva_seq = r.seq
            offset 0) as viva
        where f.ctid = viva.linha
          and (viva.status = 'processando' or viva.status = 'incerta' and r.desfecho <> 'desconhecida')
          and r.desfecho in ('repetir', 'limitada', 'devolvida', 'desconhecida')
        returning f.id, f.cliente_id, f.tipo, f.origem, f.faixa, case when f.toque is null then viva.toque end as devolvido
    )
    select coalesce(array_agg(v.id), '{}'),
        array_agg(v.cliente_id) filter (where v.devolvido is not null),
        array_agg(v.tipo) filter (where v.devolvido is not null),
        array_agg(v.origem) filter (where v.devolvido is not null),
        array_agg(v.faixa) filter (where v.devolvido is not null),
        array_agg(v.devolvido) filter (where v.devolvido is not null)
    into mudadas, v_pessoas, v_tipos, v_origens, v_faixas, v_dias
    from volta v;
    if v_pessoas is not null then -- the attempt is given back, and with it the place under limites_frequencia
        perform fila_cap_back(v_pessoas, v_tipos, v_origens, v_faixas, v_dias);
    end if;
    return mudadas;
end
$$;
