/** Which template a batch uses: a kept one that its target names, or the station's own. */
import { batchStates, type PreflightFinding } from '../../contract/batches.ts';
import { StationError } from '../../contract/errors.ts';
import type { BatchTemplate, BatchWay } from '../../contract/model.ts';
import { type Said, saidBy, saidData, sentence } from '../../contract/sentences.ts';
import { bulkTemplate, type LineCheck, lineCheck, templateBodyOf, unfitForLines } from '../../iot/index.ts';
import type { BatchHead, Ledger } from '../../records/index.ts';
import { lineOf, type MemberPages, saying } from '../../registration/index.ts';
import type { CloudLink } from '../cloud/cloudlink.ts';

type Used = Pick<BatchHead, 'target' | 'template'>;
type Tools = { ledger: Ledger; cloudLink: Pick<CloudLink, 'target'> };

export type BatchTemplates = ReturnType<typeof createBatchTemplates>;

/** So many lines are named. The rest is counted. */
const mostNamed = 20;

/** The templates of targets' batches. A batch keeps the version that it was made or last submitted with. */
export function createBatchTemplates({ ledger, cloudLink }: Tools) {
  const textOf = async ({ name, version }: BatchTemplate): Promise<string> => {
    const kept = (await ledger.documents('template')).find((one) => one.name === name && one.version === version);
    if (!kept?.text) throw new StationError('records.damaged', `version ${version} of the template ${name} is lost`);
    return kept.text;
  };
  const checkOf = async (template: BatchTemplate | null): Promise<LineCheck | undefined> =>
    template ? lineCheck(await textOf(template)) : undefined;

  /**
   * The template for a batch of this target that is made or submitted now. Null: the station's own, or none.
   *
   * @throws document.notFound, template.unfit – as `templateInUse`
   */
  const ofTarget = async (target: string, way: BatchWay): Promise<BatchTemplate | null> => {
    const name = cloudLink.target(target)?.template;
    return name === undefined || !usesTemplate(way) ? null : templateInUse(ledger, name);
  };

  const unfitting = async (template: BatchTemplate, pages: MemberPages): Promise<PreflightFinding[]> => {
    const check = await checkOf(template);
    const found: PreflightFinding[] = [];
    let count = 0;
    for await (const page of pages) {
      for (const member of page) {
        const reason = check?.(lineOf(member));
        if (reason === undefined) continue;
        count += 1;
        if (count <= mostNamed) found.push(findingOf(template.name, reason, `unit ${member.unitSerial}`));
      }
    }
    if (count > mostNamed) found.push(findingOf(template.name, sentence('moreUnfit', { count: count - mostNamed })));
    return found;
  };

  return {
    checkOf,
    ofTarget,
    async bodyOf({ target, template }: Used): Promise<string> {
      return template ? templateBodyOf(await textOf(template)) : bulkTemplate({ ...cloudLink.target(target) });
    },
    /**
     * The members, as they come, while they fit.
     *
     * @throws template.unfit – at the first one that does not
     */
    async *fitting(template: BatchTemplate | null, pages: MemberPages): MemberPages {
      const check = await checkOf(template);
      for await (const page of pages) {
        for (const member of page) {
          const reason = check?.(lineOf(member));
          if (template && reason !== undefined) throw unfit(template.name, reason, member.unitSerial);
        }
        yield page;
      }
    },
    /**
     * The template with which the batch would be submitted now, and what does not fit it. Lines are looked at where they
     * were not checked against it before.
     */
    async lookAt(
      head: BatchHead,
      members: () => MemberPages,
    ): Promise<{ template: BatchTemplate | null; findings: PreflightFinding[] }> {
      if (batchStates[head.state].movedBy !== 'person') return { template: head.template, findings: [] };
      try {
        const template = await ofTarget(head.target, head.way);
        const isChecked = template === null || sameTemplate(template, head.template);
        return { template, findings: isChecked ? [] : await unfitting(template, members()) };
      } catch (error) {
        if (!(error instanceof StationError && ['template.unfit', 'document.notFound'].includes(error.code)))
          throw error;
        const name = cloudLink.target(head.target)?.template ?? '';
        return { template: head.template, findings: [findingOf(name, saidBy(error))] };
      }
    },
  };
}

const findingOf = (name: string, said: Said, path = 'template'): PreflightFinding => ({
  ...{ code: 'template', path, name, ...saying(said) },
});

const usesTemplate = (way: BatchWay): boolean => way === 'bulk' || way === 'registerThing';

/** Whether both are the same version of one template. Null: the station's own. */
export const sameTemplate = (one: BatchTemplate | null, other: BatchTemplate | null): boolean =>
  one?.name === other?.name && one?.version === other?.version;

/**
 * The latest version of a kept template, which batches can use.
 *
 * @throws document.notFound – the station keeps none of this name
 * @throws template.unfit – no line of a batch fits it
 */
export async function templateInUse(ledger: Ledger, name: string): Promise<BatchTemplate> {
  const latest = (await ledger.documents('template')).findLast((one) => one.name === name);
  if (!latest?.text || latest.hash === null)
    throw new StationError('document.notFound', `the station keeps no template ${name}`, {
      data: saidData(sentence('templateNotKept', { template: name })),
    });
  const reason =
    latest.form === 'bulk' ? unfitForLines(latest.text) : sentence('templateOfForm', { form: latest.form });
  if (reason !== undefined) throw unfit(name, reason);
  return { name, version: latest.version, hash: latest.hash };
}

function unfit(name: string, reason: Said, unitSerial?: string): StationError {
  const what = unitSerial === undefined ? reason : sentence('ofUnit', { unit: unitSerial, what: reason });
  const said = sentence('ruleAt', { path: name, what });
  return new StationError('template.unfit', said.message, {
    data: { name, reason: what.message, ...saidData(said) },
  });
}
