/**
 * A file that is dropped beside what takes it would be opened in place of the console, with everything that is being written
 * in it. Fields that choose files take theirs as browsers do.
 */
export const holdDroppedFiles = (): void => {
  const hold = (event: DragEvent): void => {
    // Where something takes files, it has said so.
    if (event.defaultPrevented || !event.dataTransfer?.types.includes('Files')) return;
    if (event.target instanceof HTMLInputElement && event.target.type === 'file') return;
    event.preventDefault();
    event.dataTransfer.dropEffect = 'none';
  };
  addEventListener('dragover', hold);
  addEventListener('drop', hold);
};
