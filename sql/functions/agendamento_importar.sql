-- agendamento_importar: saves rows of a spreadsheet, each by itself, and says of each: novo, mudado, igual or
-- rejeitado, with the argument that was wrong. `dados[i]` is a JSON object of folded header to cell.
--
-- A row without an id of its own is known by phone, start, name, pet and service: the same file twice
-- changes nothing. What no column is known for becomes metadata. Called by `carteiro agendamento importar`.
create or replace function agendamento_importar(empresa text, linhas integer[], dados text[])
returns table (linha integer, situacao text, motivo text, texto text)
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
declare
    v_dona constant uuid := empresa_resolver(agendamento_importar.empresa);
    v_fuso constant text := (select e.fuso from empresas e where e.id = v_dona);
    v jsonb;
    v_linha record;
    v_externo text;
    v_inicio timestamptz;
    antes agendamentos;
    depois agendamentos;
begin
    for v_linha in select u.n, u.d from unnest(linhas, dados) as u (n, d) order by u.n loop
        linha := v_linha.n;
        motivo := '';
        texto := '';
        begin
            v := agendamento_importar_colunas(v_linha.d::jsonb);
            v_inicio := agendamento_importar_instante('inicio', v ->> 'inicio', v ->> 'hora', v_fuso);
            v_externo := coalesce(v ->> 'externo_id', 'csv ' || md5(concat_ws('|', telefone_chave(telefone_exigir(v ->> 'telefone')),
                v_inicio, lower(v ->> 'nome'), lower(v ->> 'pet_nome'), lower(v ->> 'servico'))));
            select a.* into antes from agendamentos a where a.empresa_id = v_dona and a.externo_id = v_externo;
            if antes.id is null and not v ? 'telefone' then
                raise exception 'telefone: expected it, found nothing' using errcode = '22023';
            end if;
            depois := agendamento_salvar(
                telefone         => v ->> 'telefone',
                nome             => v ->> 'nome',
                inicio           => v_inicio,
                fim              => agendamento_importar_instante('fim', coalesce(v ->> 'fim', case when v ? 'hora_fim' then v ->> 'inicio' end),
                    v ->> 'hora_fim', v_fuso),
                duracao_min      => (regexp_match(v ->> 'duracao_min', '[0-9]+'))[1]::integer,
                servico          => v ->> 'servico',
                profissional     => v ->> 'profissional',
                valor            => agendamento_importar_valor(v ->> 'valor'),
                pet_nome         => v ->> 'pet_nome',
                externo_id       => v_externo,
                status           => agendamento_importar_status(v ->> 'status'),
                permite_followup => sim_ler('permite_followup', v ->> 'permite_followup'),
                metadata         => v -> 'metadata',
                empresa          => v_dona::text);
            situacao := case when antes.id is null then 'novo' when antes = depois then 'igual' else 'mudado' end;
        exception
            when serialization_failure or deadlock_detected or query_canceled then
                raise;
            when others then
                situacao := 'rejeitado';
                motivo := coalesce((regexp_match(sqlerrm, '^([a-z_]+): '))[1], 'linha');
                texto := coalesce(telefone_mascarar(v ->> motivo), '');
        end;
        return next;
    end loop;
end
$$;
grant execute on function agendamento_importar(text, integer[], text[]) to carteiro_ops_escrita;
