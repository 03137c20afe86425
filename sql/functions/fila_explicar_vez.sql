-- fila_explicar_vez: how many messages of its number leave before this one, and when it should, from
-- `desde` on. The part of fila_explicar that counts.
--
-- Before it: those due until then of a higher priority, and those of its own lane due earlier; lanes of
-- one priority share, so each of the others counts for no more than the lane's own. The rate is the
-- number's (72 a second where it has none), what throttling left of it, half of it without Redis, and
-- the lane's own where that is less.
create or replace function fila_explicar_vez(f fila_mensagens, desde timestamptz,
    out atras_de bigint, out previsao timestamptz)
language plpgsql stable
set enable_seqscan = off
as $$
declare
    v_taxa double precision;
begin
    with antes as (
        select x.prioridade, x.faixa, count(*) as quantas
        from fila_ativa x
        where x.status = 'pendente'
          and x.numero_id = f.numero_id
          and x.prioridade >= f.prioridade
          and x.agendar_para <= desde
          and (x.prioridade > f.prioridade or x.faixa <> f.faixa or (x.agendar_para, x.ordem) < (f.agendar_para, f.ordem))
        group by 1, 2
    ), aberta as (
        select a.*
        from antes a
        left join carteiro.faixas y on y.id = a.faixa
        where a.faixa = f.faixa or (y.pausada_em is null or y.pausada_ate <= desde)
          and (y.fechada_ate is null or y.fechada_ate <= desde)
    )
    select coalesce(sum(case
            when a.prioridade > f.prioridade or a.faixa = f.faixa then a.quantas
            else least(a.quantas, 1 + coalesce((select b.quantas from aberta b where b.prioridade = f.prioridade and b.faixa = f.faixa), 0))
            end), 0)
    into atras_de
    from aberta a;
    select least(coalesce(n.taxa, 72) * fator_agora(n.taxa_fator, n.taxa_fator_em) * fator_agora(k.taxa_fator, k.taxa_fator_em)
            * case m.modo when 'degradado' then 0.5 else 1 end, y.taxa)
    into v_taxa
    from carteiro.numeros n
    join contas k on k.id = n.conta_id
    cross join modo_envio m
    left join carteiro.faixas y on y.id = f.faixa
    where n.id = f.numero_id;
    previsao := desde + make_interval(secs => least(atras_de / v_taxa, 1e9));
end
$$;
