/** Where the bare workflow runs, apart from ours. */
export const BARE_TASK_QUEUE = 'bench-bare';
