-- What a campaign must know to move on without counting its whole list again.

alter table campanhas
    add column dia date,
    add column envios_no_dia integer not null default 0,
    add column limpa_em timestamptz,
    add constraint campanhas_limpa check (limpa_em is null or status = 'cancelada');
comment on column campanhas.dia is 'The company''s day that envios_no_dia counts.';
comment on column campanhas.envios_no_dia is 'Queued on that day, against max_por_dia.';
comment on column campanhas.limpa_em is 'When nothing of a cancelled campaign waited any more, in the queue or on its list.';

create index campanhas_por_limpar on campanhas (finalizada_em) where status = 'cancelada' and limpa_em is null;

-- A segment is walked by client id, one company at a time.
create index clientes_segmento on clientes (empresa_id, id);
