-- webhook_modelo: the template that this webhook is about, locked: by Meta's id, else by name and language in the
-- account; Meta's id is learnt. Null when we have none of it.
create or replace function webhook_modelo(conta bigint, corpo jsonb)
returns modelos
language plpgsql security definer
set search_path = carteiro, pg_temp
as $$
declare
    v_meta constant text := webhook_texto(corpo, '{message_template_id}', 60);
    v_nome constant text := webhook_texto(corpo, '{message_template_name}');
    v_idioma constant text := replace(webhook_texto(corpo, '{message_template_language}', 20), '-', '_');
    achado modelos;
begin
    select m.* into achado
    from modelos m
    where m.conta_id = conta
      and (m.nome = v_nome and m.idioma = v_idioma or m.meta_id = v_meta)
    order by m.nome = v_nome and m.idioma = v_idioma desc nulls last, m.id
    limit 1
    for no key update;
    if achado.meta_id is null and v_meta is not null then
        update modelos m set meta_id = v_meta where m.id = achado.id returning m.* into achado;
    end if;
    return achado;
end
$$;
