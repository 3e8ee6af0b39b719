import type { DepartmentView } from '../../../projections/views-department.ts'
import { listHref } from '../../router.svelte.ts'

type Where = Record<string, string | undefined>
/** 一个数字的名单 — open cases of a department by what makes the figure, the most pressing first. */
export const listOf = (department: string, where: Where = {}) => listHref({ department, order: 'due', ...where })
/** By age: the days of acceptance that make it. */
export const agedOf = ({ key, from, to }: DepartmentView['ages'][number]): Where => key === 'unaccepted' ? { unaccepted: '1' } : { acceptedFrom: from, acceptedTo: to }
export const hrefOf = (department: string) => `/department?${new URLSearchParams({ department })}`
