// The brief: what to read before answering, who made it, and for each line the messages it rests on. Must not know how it is made.

import { useState } from 'preact/hooks';
import type { Brief, BriefLine, Conversation } from '../api/types';
import { BRIEF_LINES, ENGINES, SENTIMENTS } from '../core/words';
import { sideShown } from '../desk/side';
import { Ago } from '../parts/Ago';
import { IconButton } from '../parts/Button';
import { makeBrief } from '../state/actions';
import { jumpTo } from '../state/jump';
import { may } from '../state/session';
import { Card } from './Card';

export function BriefCard({ conversation }: { conversation: Conversation }) {
  const [making, setMaking] = useState(false);
  const { brief, handoff } = conversation;
  if (!brief && !handoff) return null;
  const again = (): void => {
    setMaking(true);
    void makeBrief(conversation).finally(() => setMaking(false));
  };
  const aside = handoff && may('conversations:write') ? <IconButton icon="refresh" label={brief ? 'Make the brief again' : 'Make the brief'} busy={making} onClick={again} /> : null;
  return (
    <Card title="Brief" aside={aside}>
      <div aria-busy={making} class={making ? 'fading' : ''}>
        {brief ? <Lines brief={brief} last={conversation.last_sequence} /> : <p class="muted">{making ? 'Being made…' : 'Not made yet.'}</p>}
      </div>
    </Card>
  );
}

function Lines({ brief, last }: { brief: Brief; last: number }) {
  const facts = brief.lines.filter((line) => line.kind === 'fact');
  const rest = brief.lines.filter((line) => line.kind !== 'fact');
  const newer = last - brief.up_to_sequence;
  return (
    <>
      {rest.length > 0 && <ul class="brief-lines">{rest.map((line, i) => <Line key={i} line={line} label={BRIEF_LINES[line.kind]} />)}</ul>}
      {facts.length > 0 && (
        <>
          <h4>Information gathered</h4>
          <ul class="brief-lines">{facts.map((line, i) => <Line key={i} line={line} label={null} />)}</ul>
        </>
      )}
      <p class="brief-foot">
        <span class={`tag engine-${brief.engine}`}>{ENGINES[brief.engine]}</span>
        {brief.sentiment && <span>Mood: {SENTIMENTS[brief.sentiment]}</span>}
        {brief.language && <span>Language: {brief.language}</span>}
        <Ago time={brief.create_time} />
        {newer > 0 && <span>{newer} newer</span>}
      </p>
    </>
  );
}

function Line({ line, label }: { line: BriefLine; label: string | null }) {
  const show = (): void => {
    sideShown.value = false;
    void jumpTo(line.sequences);
  };
  const where = line.sequences.length === 1 ? `message ${line.sequences[0]}` : `messages ${line.sequences.join(', ')}`;
  return (
    <li>
      <button type="button" class="brief-line" onClick={show} disabled={line.sequences.length === 0} title={`Show ${where}`}>
        {label && <span class={`brief-kind ${line.kind}`}>{label}</span>}
        <bdi>{line.text}</bdi>
        <span class="brief-where"><span class="b-sr-only">Show {where}</span><span aria-hidden="true">{line.sequences.map((one) => `#${one}`).join(' ')}</span></span>
      </button>
    </li>
  );
}
