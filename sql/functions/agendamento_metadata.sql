-- agendamento_metadata: what the texts about an appointment may name: data (its start), servico,
-- profissional, pet, and its own metadata.
create or replace function agendamento_metadata(a agendamentos)
returns jsonb
language sql stable security definer
set search_path = carteiro, pg_temp
as $$
    select a.metadata || jsonb_strip_nulls(jsonb_build_object('data', a.inicio, 'servico', a.servico,
        'profissional', a.profissional, 'pet', (select p.nome from pets p where p.id = a.pet_id)))
$$;
