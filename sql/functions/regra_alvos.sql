-- regra_alvos: whom a rule of conversations writes to now, and with which message of its chain.
--
-- A conversation at the rule's stage, active, with the AI, whose last word was ours and is at least
-- `atraso` old; a person who may be written to, once, whatever many numbers they talk with. The chain
-- goes on where its last message was sent and not answered; what was passed over or came too late is
-- tried again after another `atraso`; it begins anew once `carencia` has passed since its last message,
-- answered or not. One that waits keeps the person from a second.
--
-- "+ 0": on a table that statistics call empty, an index that begins with regra_id, or the primary key for
-- its order, looks as good as that by person, and is walked whole for each of them (100,000: a minute).
create or replace function regra_alvos(regra regras_followup)
returns table (conversa_id uuid, cliente_id uuid, numero_id integer, passo integer, ocorrencia text)
language plpgsql stable security definer
set search_path = carteiro, pg_temp
set jit = off
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
set enable_hashjoin = off
set enable_mergejoin = off
set enable_memoize = off
as $$
declare
    instante constant timestamptz := agora();
begin
    return query
    select distinct on (cv.cliente_id) cv.id, cv.cliente_id, cv.numero_id, v.passo, (feitos.n + 1)::text
    from conversas cv
    cross join lateral (
        select x.id
        from clientes x
        where x.id = cv.cliente_id
          and x.status = 'ativo'
          and not x.interno
          and (x.telefone is not null
               or exists (select 1 from identidades i where i.cliente_id = x.id and i.tipo = 'bsuid' and i.encerrada_em is null))
          and (regra.proposito <> 'marketing' or x.marketing_permitido)
        offset 0) as c
    left join lateral (
        select x.*
        from disparos x
        where x.cliente_id = cv.cliente_id and x.regra_id + 0 = regra.id
        order by x.id + 0 desc
        limit 1) as u on true
    cross join lateral (
        select case
            when u.status = 'enviado' and u.respondido_em is null and u.passo < regra.max_envios and u.alvo_id = cv.id
                then u.passo + 1
            when u.status in ('pulado', 'expirado') and u.encerrado_em <= instante - regra.atraso
                then least(u.passo, regra.max_envios)
            when u.id is null or u.status in ('enviado', 'erro', 'cancelado') and not exists (
                    select 1
                    from disparos x
                    where x.cliente_id = cv.cliente_id
                      and x.regra_id + 0 = regra.id
                      and x.status in ('enviado', 'erro')
                      and x.encerrado_em > instante - regra.carencia)
                then 1
            end as passo
        offset 0) as v
    cross join lateral (
        select count(*) as n from disparos x where x.alvo_id = cv.id and x.regra_id + 0 = regra.id offset 0) as feitos
    where cv.empresa_id = regra.empresa_id
      and cv.etapa = regra.etapa
      and cv.status = 'ativa'
      and cv.controlada_por = 'ai'
      and cv.ultima_direcao = 'saida'
      and cv.ultima_interacao_em <= instante - regra.atraso
      and v.passo is not null
    order by cv.cliente_id, cv.ultima_interacao_em desc, cv.id;
end
$$;
