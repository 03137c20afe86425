-- fila_ativa_preencher: what a plain INSERT left out of a queue row, taken from the cliente.
--
-- Company, number, destination, guarantee, and the values of {placeholders} in the text. Also
-- refuses what cannot be a new row, with a message that names the column and never holds the
-- text or the phone. Runs for rows of people and for rows that lack something; the planner gives
-- everything and passes by.
create or replace function fila_ativa_preencher()
returns trigger
language plpgsql security definer
set search_path = carteiro, pg_temp
set enable_seqscan = off
as $$
declare
    pessoa clientes;
    do_modelo modelos;
begin
    if new.cliente_id is null then
        raise exception 'cliente_id: expected the id of a cliente, found nothing' using errcode = '23502';
    end if;
    if new.status is distinct from 'pendente' then
        raise exception 'status: a new message is born pendente, found "%"', new.status using errcode = '23514';
    end if;
    if new.tipo not in ('primeiro_contato', 'resposta', 'followup', 'campanha', 'promocional', 'lembrete', 'proativa') then
        raise exception 'tipo: expected primeiro_contato, resposta, followup, campanha, promocional, lembrete or proativa, found "%"',
            new.tipo using errcode = '23514';
    end if;
    if new.canal not in ('whatsapp') then
        raise exception 'canal: expected whatsapp, found "%"', new.canal using errcode = '23514';
    end if;
    if new.formato not in ('texto', 'template', 'interativo', 'midia', 'reacao') then
        raise exception 'formato: expected texto, template, interativo, midia or reacao, found "%"', new.formato
            using errcode = '23514';
    end if;
    if new.garantia not in ('no_maximo_uma', 'pelo_menos_uma') then
        raise exception 'garantia: expected no_maximo_uma or pelo_menos_uma, found "%"', new.garantia
            using errcode = '23514';
    end if;
    if new.origem not in ('campanha', 'regra', 'agendamento', 'proativa', 'api', 'sql') then
        raise exception 'origem: expected campanha, regra, agendamento, proativa, api or sql, found "%"', new.origem
            using errcode = '23514';
    end if;
    -- an explicit NULL asks for the default too
    new.agendar_para := coalesce(new.agendar_para, agora());
    new.prioridade := coalesce(new.prioridade, 5);
    new.metadata := coalesce(new.metadata, '{}');
    if not isfinite(new.agendar_para) then
        raise exception 'agendar_para: expected an instant, found "%"', new.agendar_para using errcode = '23514';
    end if;
    if not isfinite(new.valido_ate) then
        raise exception 'valido_ate: expected an instant, found "%"', new.valido_ate using errcode = '23514';
    end if;
    if new.prioridade not between 1 and 10 then
        raise exception 'prioridade: expected 1 to 10, found %', new.prioridade using errcode = '23514';
    end if;
    if num_nonnulls(new.conteudo, new.carga, new.modelo_id) = 0 then
        raise exception 'conteudo: expected a text, or else carga or modelo_id; found nothing' using errcode = '23514';
    end if;
    if new.formato = 'template' and new.modelo_id is null then
        raise exception 'modelo_id: a message of formato template needs one' using errcode = '23514';
    end if;
    if new.formato not in ('texto', 'template') and new.carga is null then
        raise exception 'carga: a message of formato "%" needs one', new.formato using errcode = '23514';
    end if;
    if new.conteudo is null and new.carga is null then
        new.formato := 'template';
    end if;

    select c.* into pessoa from clientes c where c.id = new.cliente_id;
    if pessoa.id is null then
        raise exception 'cliente_id: there is no cliente %', new.cliente_id using errcode = '23503';
    end if;
    if new.empresa_id is distinct from pessoa.empresa_id and new.empresa_id is not null then
        raise exception 'cliente_id: % is a cliente of another company', new.cliente_id using errcode = '23503';
    end if;
    new.empresa_id := pessoa.empresa_id;
    if new.numero_id is null then
        select n.id into new.numero_id from numeros n where n.empresa_id = pessoa.empresa_id and n.padrao;
        if new.numero_id is null then
            raise exception 'numero_id: the company has no default number; make one with numero_salvar'
                using errcode = '23502';
        end if;
    elsif not exists (select 1 from numeros n where n.id = new.numero_id and n.empresa_id = pessoa.empresa_id) then
        raise exception 'numero_id: the company has no number %', new.numero_id using errcode = '23503';
    end if;
    if new.modelo_id is not null then
        select m.* into do_modelo from modelos m where m.id = new.modelo_id and m.empresa_id = pessoa.empresa_id;
        if do_modelo.id is null then
            raise exception 'modelo_id: the company has no template %', new.modelo_id using errcode = '23503';
        end if;
    end if;
    if new.conversa_id is not null and not exists (
            select 1 from conversas v where v.id = new.conversa_id and v.cliente_id = new.cliente_id) then
        raise exception 'conversa_id: the cliente has no conversa %', new.conversa_id using errcode = '23503';
    end if;
    if new.faixa <> 0 and not exists (select 1 from faixas x where x.id = new.faixa) then
        raise exception 'faixa: there is no lane %', new.faixa using errcode = '23503';
    end if;
    new.destino := coalesce(new.destino, cliente_destino(pessoa));
    if new.destino is null then
        raise exception 'destino: the cliente % has no phone', new.cliente_id using errcode = '23502';
    end if;
    if new.destino !~ '^\+[1-9][0-9]{7,14}$' and bsuid_ler(new.destino) is null then
        raise exception 'destino: expected a phone in E.164, such as +5511987654321' using errcode = '23514';
    end if;
    if new.destino is distinct from pessoa.telefone and not exists (
            select 1
            from identidades i
            where i.cliente_id = pessoa.id and i.valor in (new.destino, substr(new.destino, 2))) then
        raise exception 'destino: not a phone of the cliente %', new.cliente_id using errcode = '23514';
    end if;
    new.garantia := coalesce(new.garantia, case
        when new.tipo in ('campanha', 'promocional', 'primeiro_contato') then 'no_maximo_uma'
        else 'pelo_menos_uma' end);

    new.conteudo := texto_preencher(new.conteudo, pessoa, new.metadata);
    if new.modelo_id is not null and new.parametros is null then
        new.parametros := modelo_parametros(new.modelo_id, pessoa, new.metadata);
    elsif new.modelo_id is not null and (case jsonb_typeof(new.parametros)
            when 'array' then jsonb_array_length(new.parametros) <> cardinality(do_modelo.parametros)
            when 'object' then array(select k from jsonb_object_keys(new.parametros) as k order by k)
                <> array(select distinct p from unnest(do_modelo.parametros) as p order by p)
            else true end) then
        raise exception 'parametros: expected an array of the % values of the template, or an object (%)',
            cardinality(do_modelo.parametros), array_to_string(do_modelo.parametros, ', ') using errcode = '23514';
    end if;
    -- stored in order always; the claim names them for a template that Meta knows as NAMED
    if new.modelo_id is not null and jsonb_typeof(new.parametros) = 'object' then
        select coalesce(jsonb_agg(new.parametros -> k.chave order by k.n), '[]') into new.parametros
        from unnest(do_modelo.parametros) with ordinality as k (chave, n);
    end if;
    return new;
end
$$;
create or replace trigger fila_ativa_preencher
    before insert on fila_ativa
    for each row
    when (current_user <> 'carteiro_owner' or new.empresa_id is null or new.numero_id is null
        or new.destino is null or new.garantia is null)
    execute function fila_ativa_preencher();
