-- modelo_situacao_meta: our situacao for a state of Meta's (APPROVED, PENDING, PAUSED, …); null for one that changes
-- nothing of what may be sent (FLAGGED, LOCKED) and for what nobody knows.
create or replace function modelo_situacao_meta(estado text)
returns text
language sql immutable parallel safe
as $$
    select case upper(estado)
        when 'APPROVED' then 'aprovado'
        when 'REINSTATED' then 'aprovado'
        when 'UNPAUSE' then 'aprovado'
        when 'UNPAUSED' then 'aprovado'
        when 'UNARCHIVED' then 'aprovado'
        when 'REJECTED' then 'rejeitado'
        when 'LIMIT_EXCEEDED' then 'rejeitado'
        when 'PAUSED' then 'pausado'
        when 'DISABLED' then 'desativado'
        when 'DELETED' then 'desativado'
        when 'PENDING_DELETION' then 'desativado'
        when 'ARCHIVED' then 'desativado'
        when 'PENDING' then 'enviado'
        when 'IN_APPEAL' then 'enviado' end
$$;
