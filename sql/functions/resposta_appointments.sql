-- resposta_appointments: the appointments that the question spoke of and that still stand, by id.
create or replace function resposta_appointments(r respostas)
returns uuid[]
language sql stable security definer
set search_path = carteiro, pg_temp
as $$
    select coalesce(array_agg(a.id order by a.id), '{}')
    from disparos d
    join agendamentos a on a.id = d.alvo_id
    where d.mensagem_id = r.mensagem_id
      and a.status in ('agendado', 'confirmado')
      and split_part(split_part(d.ocorrencia, '#', 2), '.', 1) = a.versao::text
$$;
